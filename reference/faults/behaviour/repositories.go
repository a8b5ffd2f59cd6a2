package behaviour

import (
	"net/http"
)

// Everywhere gives a middleware the repositories that were written to.
func Everywhere(f func(repos *Marks) Middleware) Middleware {
	return func(next http.Handler) http.Handler {
		repos := new(Marks)
		return Handle(Is("PUT POST", Manifests, Uploads), func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			if a.OK() {
				repos.Add(PlaceOf(req).Repo)
			}
			return a
		})(f(repos)(next))
	}
}

// OrElsewhere looks in every other repository for what a repository does not
// have.
func OrElsewhere(w When) Middleware {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			a := Pass(next, req)
			at := PlaceOf(req)
			for _, repo := range repos.List() {
				if a.Status != http.StatusNotFound {
					break
				}
				a = Pass(next, Edited(req, SetPath(inOther(req.URL.Path, at.Repo, repo))))
			}
			return a
		})
	})
}

// DeleteEverywhere deletes in every repository what is deleted in one.
func DeleteEverywhere(w When) Middleware {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			a, at := Pass(next, req), PlaceOf(req)
			for _, repo := range repos.List() {
				if a.OK() && repo != at.Repo {
					Ask(next, req, http.MethodDelete, inOther(req.URL.Path, at.Repo, repo), nil)
				}
			}
			return a
		})
	})
}

// SharedReferrers lists the referrers that are in any repository.
func SharedReferrers(next http.Handler) http.Handler {
	return Everywhere(func(repos *Marks) Middleware {
		return Handle(ListUnfiltered, func(next http.Handler, req *http.Request) *Answer {
			a, at := Pass(next, req), PlaceOf(req)
			for _, repo := range repos.List() {
				if repo == at.Repo {
					continue
				}
				more := listOf(next, req, repo, at.Name)
				ReferrerList(func(list []Object) []Object { return append(list, more...) })(a)
			}
			return a
		})
	})(next)
}
