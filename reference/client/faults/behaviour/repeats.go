package behaviour

import (
	"context"
	"net/http"

	"assay/reference/client"
	"assay/wire"
)

// AtOnce sends a request again, several times and without a pause, if the answer is 429.
var AtOnce = Handle(Any, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	ex := next(ctx, req)
	for range 5 {
		if ex.Status != http.StatusTooManyRequests {
			break
		}
		ex = next(ctx, req)
	}
	return ex
})

// RepeatsOn sends a request again if something is seen in the answer.
func RepeatsOn(seen Seen) Change {
	return Handle(Any, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		ex := next(ctx, req)
		if seen(ex) && req.Sink == nil {
			return next(ctx, req)
		}
		return ex
	})
}

// WaitsOn never ends if something is seen in the answer to a matching request.
func WaitsOn(w When, seen Seen) Change {
	return Handle(w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		ex := next(ctx, req)
		if seen(ex) {
			<-ctx.Done()
		}
		return ex
	})
}

// OwnNamespace names the registry itself in the parameter ns.
func OwnNamespace(w When) Change {
	return handle(func(step client.Step) (When, handler) {
		return w, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
			edited := *req
			AddParameter("ns", step.Registry)(&edited)
			return next(ctx, &edited)
		}
	})
}
