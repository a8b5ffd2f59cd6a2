# shellcheck shell=bash
# The scripts of the action source this file.

# escaped TEXT: TEXT as the message of a workflow command.
escaped() {
	local text=$1
	text=${text//%/%25}
	text=${text//$'\r'/%0D}
	printf '%s' "${text//$'\n'/%0A}"
}

# output NAME VALUE: sets an output of the step.
output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:?}"; }

# set_up TEXT: ends the step, because something other than the target is wrong.
set_up() {
	printf '::error title=Assay%%3A wrong set-up::%s\n' "$(escaped "$1")"
	output problem set-up
	exit 2
}
