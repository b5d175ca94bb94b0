/**
 * Where a serial line or console ends on the host: the terminal (or whatever stdin and stdout are), a file, a TCP port,
 * or nowhere. An end takes bytes, gives bytes, and can make the machine wait by returning a promise.
 */
import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { systemReason, UserError } from "../user-error.ts";

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
  let file: number;
  try {
    file = openSync(path, "w");
  } catch (error) {
    throw new UserError(`${flag} cannot write ${path}: ${systemReason(error)}; give another path`);
  }
  return {
    write(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      } catch (error) {
        throw new UserError(`${flag} cannot write ${path}: ${systemReason(error)}; make room, or give another path`);
      }
    },
    listen() {},
    close() {
      closeSync(file);
    },
  };
}

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
  let backlog: Uint8Array[] | null = [];
  let receive: (bytes: Uint8Array) => Promise<void> = async () => {};
  const server: Server = createServer((socket) => {
    if (caller !== null) {
      socket.end("This line is busy.\r\n");
      return;
    }
    caller = socket;
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
      const to = caller;
      if (to.write(bytes)) return;
      return new Promise((resolve) => {
        const done = (): void => {
          to.off("drain", done).off("close", done);
          resolve();
        };
        to.on("drain", done).on("close", done);
      });
    },
    listen(to) {
      receive = to;
    },
    close() {
      server.close();
      caller?.end();
    },
  };
}

/** stdin and stdout. The end of stdin changes nothing; a closed stdout calls `lost`. */
export function stdioEnd(lost: () => void): HostEnd {
  const { stdin, stdout } = process;
  let broken = false;
  stdout.on("error", () => {
    if (broken) return;
    broken = true;
    lost();
  });
  return {
    terminal: stdout.isTTY === true,
    write(bytes) {
      if (broken || stdout.write(bytes)) return;
      return new Promise((resolve) => {
        const done = (): void => {
          stdout.off("drain", done).off("error", done).off("close", done);
          resolve();
        };
        stdout.on("drain", done).on("error", done).on("close", done);
      });
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
