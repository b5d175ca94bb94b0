// <ctype.h>, for ASCII.

/// <ctype.h>

/// int isupper(int c);
export function isupper(c: i32): i32 {
  attr(symbol("isupper"));
  return c >= 65 && c <= 90 ? 1 : 0;
}
/// int islower(int c);
export function islower(c: i32): i32 {
  attr(symbol("islower"));
  return c >= 97 && c <= 122 ? 1 : 0;
}
/// int isalpha(int c);
export function isalpha(c: i32): i32 {
  attr(symbol("isalpha"));
  return isupper(c) | islower(c);
}
/// int isdigit(int c);
export function isdigit(c: i32): i32 {
  attr(symbol("isdigit"));
  return c >= 48 && c <= 57 ? 1 : 0;
}
/// int isalnum(int c);
export function isalnum(c: i32): i32 {
  attr(symbol("isalnum"));
  return isalpha(c) | isdigit(c);
}
/// int isxdigit(int c);
export function isxdigit(c: i32): i32 {
  attr(symbol("isxdigit"));
  return isdigit(c) === 1 || (c >= 65 && c <= 70) || (c >= 97 && c <= 102) ? 1 : 0;
}
/// int isspace(int c);
export function isspace(c: i32): i32 {
  attr(symbol("isspace"));
  return c === 32 || (c >= 9 && c <= 13) ? 1 : 0;
}
/// int isblank(int c);
export function isblank(c: i32): i32 {
  attr(symbol("isblank"));
  return c === 32 || c === 9 ? 1 : 0;
}
/// int isprint(int c);
export function isprint(c: i32): i32 {
  attr(symbol("isprint"));
  return c >= 32 && c < 127 ? 1 : 0;
}
/// int isgraph(int c);
export function isgraph(c: i32): i32 {
  attr(symbol("isgraph"));
  return c > 32 && c < 127 ? 1 : 0;
}
/// int ispunct(int c);
export function ispunct(c: i32): i32 {
  attr(symbol("ispunct"));
  return isgraph(c) & (1 - isalnum(c));
}
/// int iscntrl(int c);
export function iscntrl(c: i32): i32 {
  attr(symbol("iscntrl"));
  return (c >= 0 && c < 32) || c === 127 ? 1 : 0;
}
/// int toupper(int c);
export function toupper(c: i32): i32 {
  attr(symbol("toupper"));
  return islower(c) === 1 ? c - 32 : c;
}
/// int tolower(int c);
export function tolower(c: i32): i32 {
  attr(symbol("tolower"));
  return isupper(c) === 1 ? c + 32 : c;
}
