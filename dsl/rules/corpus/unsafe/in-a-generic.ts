export function at<T>(address: u64): Ptr<T> {
  return unsafe.ptr<T>(address);
  //     ^ rule: unsafe.ptr in a module that may not be unsafe
}
