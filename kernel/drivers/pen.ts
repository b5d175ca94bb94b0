// What a terminal's next character will look like, and where it will stand. Characters come in sixteen colours, as video adapters have had them
// since 1981, and in a few styles; sequences choose them by numbers (SGR, ECMA-48 8.3.117), and later ones ask for one of 256
// or of 16 million colours and get the nearest of ours.

const GRAY: u8 = 7;
const BLACK: u8 = 0;
const BRIGHT: u8 = 8;

/** ANSI's colours count red 1, green 2, blue 4; the video adapter the other way round. */
const COLOURS: Arr<u8, 8> = [0, 4, 2, 6, 1, 5, 3, 7];

/** Cursor and how characters look: what ESC 7 keeps. */
export class Pen {
  row: u32;
  column: u32;
  /** The last column was written: the next character goes to the next line, unless the cursor is moved before. */
  wraps: boolean;
  /** Places are counted in the region that scrolls. */
  origin: boolean;
  foreground: u8;
  background: u8;
  private bold: boolean;
  private reverse: boolean;
  private concealed: boolean;

  reset(): void {
    this.plain();
    this.origin = false;
    this.wraps = false;
    this.row = 0;
    this.column = 0;
  }

  private plain(): void {
    this.foreground = GRAY;
    this.background = BLACK;
    this.bold = false;
    this.reverse = false;
    this.concealed = false;
  }

  /** How a character looks, in the upper half of its cell. */
  attribute(): u16 {
    const light: u8 = this.bold ? BRIGHT : 0;
    const foreground = this.foreground | light;
    const background = this.background;
    const front = this.reverse ? background : foreground;
    const back = this.reverse ? foreground : background;
    return (u16(back) << 12) | (u16(this.concealed ? back : front) << 8);
  }

  /** What erasing leaves: a space on the background. */
  blank(): u16 {
    return 32 | (u16(this.background) << 12) | (u16(GRAY) << 8);
  }

  /** SGR with its parameters. */
  rendition(parameters: Slice<u32>): void {
    let next: usize = 0;
    for (let i: usize = 0; i < parameters.length; i++) {
      if (i < next) continue;
      const p = parameters[i];
      if (p === 38 || p === 48) next = i + this.extended(parameters.sub(i, parameters.length), p === 48);
      else this.select(p);
    }
  }

  /** 38;5;n and 38;2;r;g;b, or 48 for the background: the nearest of sixteen. Gives how many parameters that were. */
  private extended(parameters: Slice<u32>, background: boolean): usize {
    const length = parameters.length;
    const kind: u32 = length > 2 ? parameters[1] : 0;
    let colour: u8 = BLACK;
    let taken: usize = 3;
    if (kind === 5) colour = indexed(parameters[2]);
    else if (kind === 2 && length > 4) {
      colour = nearest(parameters[2], parameters[3], parameters[4]);
      taken = 5;
    } else return length;
    if (background) this.background = colour;
    else this.foreground = colour;
    return taken;
  }

  private select(p: u32): void {
    if (p >= 30 && p <= 37) this.foreground = COLOURS[p - 30];
    else if (p >= 40 && p <= 47) this.background = COLOURS[p - 40];
    else if (p >= 90 && p <= 97) this.foreground = COLOURS[p - 90] | BRIGHT;
    else if (p >= 100 && p <= 107) this.background = COLOURS[p - 100] | BRIGHT;
    else this.style(p);
  }

  private style(p: u32): void {
    switch (p) {
      case 0:
        this.plain();
        break;
      case 1:
        this.bold = true;
        break;
      case 7:
        this.reverse = true;
        break;
      case 8:
        this.concealed = true;
        break;
      case 22:
        this.bold = false;
        break;
      case 27:
        this.reverse = false;
        break;
      case 28:
        this.concealed = false;
        break;
      case 39:
        this.foreground = GRAY;
        break;
      case 49:
        this.background = BLACK;
        break;
      default:
        break;
    }
  }
}

/** Of the 256 colours: 16 of old, a cube of 6 × 6 × 6, 24 grays. */
function indexed(index: u32): u8 {
  if (index < 8) return COLOURS[index];
  if (index < 16) return COLOURS[index - 8] | BRIGHT;
  if (index >= 232) {
    const gray = (index - 232) * 10 + 8;
    return nearest(gray, gray, gray);
  }
  const at = index - 16;
  return nearest(((at / 36) % 6) * 51, ((at / 6) % 6) * 51, (at % 6) * 51);
}

/** Of the sixteen, the nearest to one that is given by its parts, 0 to 255. */
function nearest(red: u32, green: u32, blue: u32): u8 {
  const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
  if (most < 43) return BLACK;
  const half = most / 2;
  const hue: u8 = (red > half ? 4 : 0) | (green > half ? 2 : 0) | (blue > half ? 1 : 0);
  if (hue === GRAY && most < 128) return BRIGHT;
  return most > 212 ? hue | BRIGHT : hue;
}
