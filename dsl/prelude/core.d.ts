/**
 * What TypeScript itself needs when `noLib` is on. Nothing of JavaScript's library is in scope in kernel code, so
 * `Math`, `Date`, `console` and `text.replace()` are errors in the editor, and completions show the language's names only.
 */
interface Object {}
interface Function {}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments {}
interface Boolean {}
interface Number {}
interface RegExp {}
interface Symbol {}
interface SymbolConstructor {
  readonly dispose: unique symbol;
  readonly iterator: unique symbol;
}
declare var Symbol: SymbolConstructor;
/** Scope guard: `using g = lock.acquire()` runs this when the block is left, by whatever path. */
interface Disposable {
  [Symbol.dispose](): void;
}
interface IteratorYieldResult<T> {
  done?: false;
  value: T;
}
interface IteratorReturnResult<R> {
  done: true;
  value: R;
}
type IteratorResult<T, R = any> = IteratorYieldResult<T> | IteratorReturnResult<R>;
interface Iterator<T, R = any, N = any> {
  next(...a: [] | [N]): IteratorResult<T, R>;
}
interface Iterable<T, R = any, N = any> {
  [Symbol.iterator](): Iterator<T, R, N>;
}
interface IterableIterator<T, R = any, N = any> extends Iterator<T, R, N> {
  [Symbol.iterator](): IterableIterator<T, R, N>;
}
/** A text: pointer and length of UTF-8 bytes that are only read. `s[i]` is a byte, bounds-checked; `===` compares contents. */
interface String {
  readonly length: usize;
  readonly [i: number]: u8;
  /** The bytes from `from` up to, not including, `to`; out of bounds is a trap. */
  sub(from: usize, to: usize): string;
  [Symbol.iterator](): Iterator<u8>;
}
/** An array literal, or storage of elements in place. Never allocates. */
interface Array<T> {
  readonly length: usize;
  [i: number]: T;
  [Symbol.iterator](): Iterator<T>;
}
interface ReadonlyArray<T> {
  readonly length: usize;
  readonly [i: number]: T;
  [Symbol.iterator](): Iterator<T>;
}
interface TemplateStringsArray extends ReadonlyArray<string> {}
// What decorators of classes and fields are made of.
interface DecoratorMetadataObject {}
interface ClassDecoratorContext<C = unknown> {
  readonly kind: "class";
}
interface ClassFieldDecoratorContext<C = unknown, V = unknown> {
  readonly kind: "field";
}
interface ClassMethodDecoratorContext<C = unknown, V = unknown> {
  readonly kind: "method";
}
interface TypedPropertyDescriptor<T> {}
type Parameters<F> = F extends (...a: infer A) => unknown ? A : never;
