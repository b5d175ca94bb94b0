// What file systems that keep no files of their own have in the place of operations that they do not know: /dev and /proc show
// what there is, and nobody makes a file there.
import type { Attributes, Vnode } from "./vnode.ts";

export function noLookup(_dir: Ptr<Vnode>, _name: View<u8>): Res<Ptr<Vnode>> {
  return err(Errno.ENOTDIR);
}
export function noCreate(_dir: Ptr<Vnode>, _name: View<u8>, _mode: u32, _device: u64): Res<Ptr<Vnode>> {
  return err(Errno.EPERM);
}
export function noMkdir(_dir: Ptr<Vnode>, _name: View<u8>, _mode: u32): Res<void> {
  return err(Errno.EPERM);
}
export function noRemove(_dir: Ptr<Vnode>, _name: View<u8>): Res<void> {
  return err(Errno.EPERM);
}
export function noLink(_dir: Ptr<Vnode>, _name: View<u8>, _target: Ptr<Vnode>): Res<void> {
  return err(Errno.EPERM);
}
export function noSymlink(_dir: Ptr<Vnode>, _name: View<u8>, _to: View<u8>): Res<void> {
  return err(Errno.EPERM);
}
export function noReadlink(_link: Ptr<Vnode>, _into: Slice<u8>): Res<usize> {
  return err(Errno.EINVAL);
}
export function noRename(_from: Ptr<Vnode>, _name: View<u8>, _to: Ptr<Vnode>, _newName: View<u8>): Res<void> {
  return err(Errno.EPERM);
}
export function noReadAt(_file: Ptr<Vnode>, _offset: u64, _into: Slice<u8>): Res<usize> {
  return err(Errno.EINVAL);
}
export function noWriteAt(_file: Ptr<Vnode>, _offset: u64, _from: View<u8>): Res<usize> {
  return err(Errno.EPERM);
}
/** Opening a device with O_TRUNC is nothing special. */
export function noTruncate(_file: Ptr<Vnode>, _bytes: u64): Res<void> {
  return err(Errno.EINVAL);
}
export function noDirectory(_dir: Ptr<Vnode>, _position: Ptr<u64>, _into: Slice<u8>): Res<usize> {
  return err(Errno.ENOTDIR);
}
export function noAttributes(_file: Ptr<Vnode>, _which: u32, _values: Ptr<Attributes>): Res<void> {
  return err(Errno.EPERM);
}
export function nothingToSync(_file: Ptr<Vnode>): Res<void> {}
