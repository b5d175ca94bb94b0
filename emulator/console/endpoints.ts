/**
 * Where a serial line or console ends on the host: the terminal (or whatever stdin and stdout are), a file, a TCP port,
 * or nowhere. An end takes bytes, gives bytes, and can make the machine wait by returning a promise.
 */
import { once } from "node:events";
import { closeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Writable } from "node:stream";
import { systemReason, UserError } from "../user-error.ts";
import { openForWriting, writeWhole } from "../user-file.ts";

/** As written on the command line: stdio, none, file:PATH, tcp:PORT. */
export type Endpoint =
  | { readonly kind: "stdio" }
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "tcp"; readonly address: string; readonly port: number };

export interface HostEnd {
  /** A person reads what is written here. */
  readonly terminal?: boolean;
  /** A promise: come back with more when it is done. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** Called once, before anything is written: `receive` takes what comes from outside, and its promise holds the sender back. */
  listen(receive: (bytes: Uint8Array) => Promise<void>): void;
  close(): void;
}

export const nowhere: HostEnd = { write() {}, listen() {}, close() {} };

/** Writes to a file, which is emptied first. Nothing is read from it. */
export function fileEnd(path: string, flag: string): HostEnd {
  const file = openForWriting(path, flag);
  return {
    write(bytes) {
      writeWhole(file, bytes, flag, path);
    },
    listen() {},
    close() {
      closeSync(file);
    },
  };
}

/**
 * Writes to a stream; each call gives a promise while the stream holds more than it likes to, kept when it has room
 * again or is broken.
 */
export function writerTo(stream: Writable): (content: Uint8Array | string) => void | Promise<void> {
  let room: Promise<void> | null = null;
  return (content) => {
    if (stream.write(content)) return;
    room ??= new Promise((resolve) => {
      const done = (): void => {
        stream.off("drain", done).off("error", done).off("close", done);
        room = null;
        resolve();
      };
      stream.on("drain", done).on("error", done).on("close", done);
    });
    return room;
  };
}

/** How long a caller may stand still, when the machine has ended, with words for them still under way: milliseconds. */
const PARTING = 1000;

/** Output that waits for the first caller, in bytes; older bytes are dropped. */
const BACKLOG = 1 << 16;

/**
 * Waits for callers at a TCP port, one at a time. Rejects with a UserError when the port cannot be had. What the line
 * says before the first call is kept, so that whoever connects sees the boot from its beginning; without a caller later
 * output is lost, as on a line with the plug pulled.
 */
export async function tcpEnd(
  address: string,
  port: number,
  flag: string,
): Promise<HostEnd & { readonly port: number }> {
  let caller: Socket | null = null;
  let say: ReturnType<typeof writerTo> = () => {};
  let backlog: Uint8Array[] | null = [];
  let receive: (bytes: Uint8Array) => Promise<void> = async () => {};
  const server: Server = createServer((socket) => {
    if (caller !== null) {
      socket.end("This line is busy.\r\n");
      return;
    }
    caller = socket;
    say = writerTo(socket);
    socket.setNoDelay(true);
    for (const bytes of backlog ?? []) socket.write(bytes);
    backlog = null;
    socket.on("data", async (bytes) => {
      socket.pause();
      await receive(bytes);
      socket.resume();
    });
    // A caller who hangs up, in whatever way, is no concern of the machine.
    socket.on("error", () => {});
    socket.on("close", () => {
      caller = null;
    });
  });
  server.listen(port, address);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new UserError(
      `${flag} cannot listen at ${address}:${port}: ${systemReason(error)}; choose another port, or stop what has it`,
    );
  }
  return {
    port: (server.address() as { port: number }).port,
    write(bytes) {
      if (caller === null) {
        if (backlog === null) return;
        backlog.push(bytes);
        for (let kept = backlog.reduce((n, b) => n + b.length, 0); kept > BACKLOG; ) kept -= backlog.shift()!.length;
        return;
      }
      return say(bytes);
    },
    listen(to) {
      receive = to;
    },
    close() {
      server.close();
      caller?.end();
      caller?.setTimeout(PARTING, () => caller?.destroy());
    },
  };
}

/** stdin and stdout. The end of stdin changes nothing; a closed or full stdout calls `lost`. */
export function stdioEnd(lost: (error: NodeJS.ErrnoException) => void): HostEnd {
  const { stdin, stdout } = process;
  const write = writerTo(stdout);
  let broken = false;
  stdout.on("error", (error) => {
    if (broken) return;
    broken = true;
    lost(error);
  });
  return {
    terminal: stdout.isTTY === true,
    write(bytes) {
      if (!broken) return write(bytes);
    },
    listen(receive) {
      stdin.on("error", () => {});
      stdin.on("data", async (bytes: Buffer) => {
        stdin.pause();
        await receive(bytes);
        stdin.resume();
      });
    },
    close() {
      stdin.removeAllListeners("data");
      stdin.pause();
    },
  };
}
