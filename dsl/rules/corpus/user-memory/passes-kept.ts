class Request {
  buffer: User<u8>;
  count: usize;
}
export function main(request: Ptr<Request>, to: User<u8>): void {
  request.buffer = to;
  request.count = 5;
}
