// Olareg serves olareg's registry, with deletes on: in memory, or in a directory.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

func main() {
	on := true
	conf := config.Config{
		Storage: config.ConfigStorage{StoreType: config.StoreMem},
		API:     config.ConfigAPI{DeleteEnabled: &on, Blob: config.ConfigAPIBlob{DeleteEnabled: &on}},
	}
	switch len(os.Args) {
	case 2:
	case 3:
		conf.Storage.StoreType, conf.Storage.RootDir = config.StoreDir, os.Args[2]
	default:
		log.Fatal("usage: olareg ADDRESS [DIRECTORY]")
	}
	log.Fatal(http.ListenAndServe(os.Args[1], olareg.New(conf))) //nolint:gosec // for tests on loopback
}
