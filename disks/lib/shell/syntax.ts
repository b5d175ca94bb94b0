// What the shell's parser makes of a command. Words keep their text as it was written, quotes and all: what they mean is
// found out when they are expanded, every time anew.

export enum Token {
  End,
  Newline,
  Word,
  /** The number before < or >. */
  Number,
  And,
  AndAnd,
  Pipe,
  OrOr,
  Semicolon,
  DoubleSemicolon,
  Open,
  Close,
  Less,
  Greater,
  DoubleGreater,
  Clobber,
  HereDocument,
  HereDocumentTabs,
  LessAnd,
  GreaterAnd,
  LessGreater,
}

export enum Kind {
  /** Words, assignments, redirections. */
  Simple,
  /** `first` and what is linked behind it by `next`. */
  Pipeline,
  Sequence,
  And,
  Or,
  Not,
  Background,
  Subshell,
  Group,
  If,
  While,
  Until,
  For,
  Case,
  Function,
}

export class Word {
  next: Ptr<Word> | null;
  text: string;
}

export class Redirect {
  next: Ptr<Redirect> | null;
  /** While its here-document is not read: the one that was asked for before it. */
  waiting: Ptr<Redirect> | null;
  fd: i32;
  operator: Token;
  /** The file; of a here-document the text. */
  target: string;
  /** Of a here-document: its delimiter was quoted, nothing in it is expanded. */
  quoted: boolean;
  /** Where the body of a here-document ends. */
  delimiter: string;
}

export class CaseItem {
  next: Ptr<CaseItem> | null;
  patterns: Ptr<Word> | null;
  body: Ptr<Node> | null;
}

export class Node {
  kind: Kind;
  line: u32;
  next: Ptr<Node> | null;
  /** The parts: condition, body, and what else happens. */
  first: Ptr<Node> | null;
  second: Ptr<Node> | null;
  third: Ptr<Node> | null;
  assignments: Ptr<Word> | null;
  words: Ptr<Word> | null;
  redirects: Ptr<Redirect> | null;
  cases: Ptr<CaseItem> | null;
  /** A function's name, a for's variable, a case's word. */
  name: string;
  /** As it was written, for the list of jobs. */
  text: string;
  /** `for x in …`, as opposed to `for x`. */
  hasWords: boolean;
}
