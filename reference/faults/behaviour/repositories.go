package behaviour

import (
	"net/http"
)

// Everywhere gives a middleware the names of all repositories that were written to.
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

// OrElsewhere searches all other repositories when a repository does not have the
// requested content.
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

// DeleteEverywhere repeats each delete in every repository.
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

// SharedReferrers lists the referrers of all repositories.
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
