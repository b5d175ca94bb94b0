/** Recursive descent: the sum of the values of expressions like "12+3*(4-x1)", one on each line. Names are numbered. */
class Parser {
  text: View<u8>;
  at: usize;

  peek(): u8 {
    return this.at < this.text.length ? this.text[this.at] : 0;
  }

  number(): u64 {
    let value: u64 = 0;
    for (let c = this.peek(); c >= byte("0") && c <= byte("9"); c = this.peek()) {
      value = value * 10 + u64(c - byte("0"));
      this.at++;
    }
    return value;
  }

  factor(): u64 {
    attr(bounded(100));
    const c = this.peek();
    if (c === byte("(")) {
      this.at++;
      const value = this.expression();
      if (this.peek() === byte(")")) this.at++;
      return value;
    }
    if (c === byte("x")) {
      this.at++;
      return this.number() ^ 0x5555;
    }
    if (c === byte("-")) {
      this.at++;
      return 0 - this.factor();
    }
    return this.number();
  }

  term(): u64 {
    attr(bounded(100));
    let value = this.factor();
    while (this.peek() === byte("*")) {
      this.at++;
      value *= this.factor();
    }
    return value;
  }

  expression(): u64 {
    attr(bounded(100));
    let value = this.term();
    for (;;) {
      switch (this.peek()) {
        case byte("+"):
          this.at++;
          value += this.term();
          break;
        case byte("-"):
          this.at++;
          value -= this.term();
          break;
        default:
          return value;
      }
    }
  }
}

export function parser(text: View<u8>): u64 {
  attr(symbol("parser"));
  const p = zeroed<Parser>();
  p.text = text;
  let sum: u64 = 0;
  while (p.at < text.length) {
    sum = sum * 31 + p.expression();
    p.at++;
  }
  return sum;
}
