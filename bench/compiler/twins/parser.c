#include "twins.h"

struct parser {
  const uint8_t *text;
  uint64_t length, at;
};

static uint64_t expression(struct parser *p);

static uint8_t peek(const struct parser *p) { return p->at < p->length ? p->text[p->at] : 0; }

static uint64_t number(struct parser *p) {
  uint64_t value = 0;
  for (uint8_t c = peek(p); c >= '0' && c <= '9'; c = peek(p)) {
    value = value * 10 + (uint64_t)(c - '0');
    p->at++;
  }
  return value;
}

static uint64_t factor(struct parser *p) {
  uint8_t c = peek(p);
  if (c == '(') {
    p->at++;
    uint64_t value = expression(p);
    if (peek(p) == ')') p->at++;
    return value;
  }
  if (c == 'x') {
    p->at++;
    return number(p) ^ 0x5555;
  }
  if (c == '-') {
    p->at++;
    return 0 - factor(p);
  }
  return number(p);
}

static uint64_t term(struct parser *p) {
  uint64_t value = factor(p);
  while (peek(p) == '*') {
    p->at++;
    value *= factor(p);
  }
  return value;
}

static uint64_t expression(struct parser *p) {
  uint64_t value = term(p);
  for (;;) {
    switch (peek(p)) {
      case '+':
        p->at++;
        value += term(p);
        break;
      case '-':
        p->at++;
        value -= term(p);
        break;
      default:
        return value;
    }
  }
}

uint64_t c_parser(const uint8_t *text, uint64_t length) {
  struct parser p = {text, length, 0};
  uint64_t sum = 0;
  while (p.at < length) {
    sum = sum * 31 + expression(&p);
    p.at++;
  }
  return sum;
}
