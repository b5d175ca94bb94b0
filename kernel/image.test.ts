import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { UserError } from "../emulator/user-error.ts";
import { kernelImage } from "./image.ts";

test("a mistake in the kernel is shown with its line, and is the user's", () => {
  const read = (file: string): string | null => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    return file === "kernel/limits.ts"
      ? text.replace("export const ORDERS = 11;", "export const ORDERS: u8 = 300;")
      : text;
  };
  assert.throws(
    () => kernelImage({ read }),
    (error) => {
      assert.ok(error instanceof UserError);
      assert.doesNotMatch(error.message, /\n/);
      assert.match(error.details!, /^kernel\/limits\.ts:\d+:\d+: 300 does not fit into u8/m);
      return true;
    },
  );
});
