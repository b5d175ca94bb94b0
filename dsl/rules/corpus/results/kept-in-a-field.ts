class Request {
  sector: u64;
  outcome: Res<u64>;
  // <- rule: outcome keeps a result
}
export function submit(request: Ptr<Request>): void {
  request.outcome = err(Errno.EIO);
}
