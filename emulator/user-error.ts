/**
 * Bad user input is one of three paths that are never mixed: a guest's fault goes to the guest, a bug of ours throws an
 * ordinary Error, and what the user got wrong (a file that is not there, an image that is no image, a busy port) is a
 * `UserError`. Its message is one line that says what is wrong and what to do; whoever shows it adds no stack. `details`: lines
 * to be shown in front of it as they are, such as a compiler's messages about the user's sources.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly details: string | null;

  constructor(message: string, details: string | null = null) {
    super(message);
    this.details = details;
  }
}

/** The system's word for a failed file or socket operation, without Node's decoration: "no such file or directory". */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "no such file or directory";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EISDIR":
      return "it is a directory";
    case "EEXIST":
      return "something of that name is there";
    case "ENOTDIR":
      return "a part of the path is not a directory";
    case "ENOSPC":
      return "no space left on the device";
    case "EROFS":
      return "the file system is read-only";
    case "EADDRINUSE":
      return "the port is in use";
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "EMFILE":
      return "too many open files";
    default:
      return code === undefined ? message : `${message.replace(/^\w+: /, "").replace(/, \w+.*$/, "")}`;
  }
}
