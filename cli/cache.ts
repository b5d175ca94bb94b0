/**
 * Things that Cor builds from its own sources (firmware, disk), kept in the user's cache folder under a name that holds
 * a hash of the state those sources are in: edit a file, and the next start builds anew. As with make, a file is taken to be as it was
 * while size and time of change are; reading them all would take longer than the boot. A cache that cannot be used costs time only.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { version } from "../emulator/version.ts";
import { makeFolder } from "./folder.ts";
import { cacheFolder, root } from "./program/load.ts";

/** Entries that nobody used for so long go when a new one comes; and the oldest, when all of them have more than so many bytes. */
const KEEP_MS = 14 * 24 * 3600 * 1000;
const KEEP_BYTES = 200 << 20;
/** How exactly it is known when an entry was used. */
const USED_MS = 3600 * 1000;

/** Files that a build reads: sources that are no tests, and everything that goes to a disk as it is. */
function isSource(name: string): boolean {
  if (/(^|\/)root\/(etc|home|usr)\/./.test(name)) return true;
  return /\.(ts|js|mjs|json|ir)$/.test(name) && !/\.(test|long)\.\w+$/.test(name);
}

/** What was found in folders, for who asks for several things that are built from the same ones at one time. */
export type Listed = Map<string, string>;

/** SHA-256 over Cor's version and place, and name, size and times of change of all source files in folders of its own tree, and of single files. */
export function hashOfSources(folders: readonly string[], listed: Listed = new Map()): string {
  const hash = createHash("sha256").update(`${version} ${root}\n`);
  for (const folder of folders) {
    let list = listed.get(folder);
    if (list === undefined) listed.set(folder, (list = listSources(folder)));
    hash.update(list);
  }
  return hash.digest("hex").slice(0, 32);
}

/** A line for each source in a folder, or for a single file. */
function listSources(folder: string): string {
  const names: string[] = [];
  if (/\.\w+$/.test(folder)) names.push(folder);
  else addSources(folder, names);
  let list = "";
  for (const name of names) {
    const { size, mtimeMs, ctimeMs } = statSync(`${root}/${name}`);
    list += `${name} ${size} ${mtimeMs} ${ctimeMs}\n`;
  }
  return list;
}

/** Node's own recursion takes six times as long, in every start. */
function addSources(folder: string, names: string[]): void {
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) addSources(name, names);
    else if (isSource(name)) names.push(name);
  }
}

/**
 * What `build` makes of the sources in `folders` (relative to Cor's root), from the cache if it is there. Safe when several
 * processes do it at once: entries appear whole, by renaming.
 */
export async function cached(
  name: string,
  folders: readonly string[],
  build: () => Promise<Uint8Array>,
  listed?: Listed,
): Promise<Uint8Array> {
  return cachedAs(name, hashOfSources(folders, listed), build);
}

/** The same, for who knows the hash of its sources. */
export async function cachedAs(name: string, hash: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = keptAs(name, hash);
  if (kept !== null) return kept;
  const bytes = await build();
  keepAs(name, hash, bytes);
  return bytes;
}

/** What was kept under a name and a hash of sources, or null. */
export const keptAs = (name: string, hash: string): Uint8Array | null => read(join(cacheFolder(), `${name}-${hash}`));

export const keepAs = (name: string, hash: string, bytes: Uint8Array): void =>
  store(join(cacheFolder(), `${name}-${hash}`), bytes);

/** Bytes of the entry of a name that was used last, whatever sources it was made of; null when there is none. */
export function lastSize(name: string): number | null {
  try {
    const found = readdirSync(cacheFolder())
      .filter((file) => file.startsWith(`${name}-`) && !file.endsWith(".sum"))
      .map((file) => statSync(join(cacheFolder(), file)))
      .sort((a, b) => b.mtimeMs - a.mtimeMs);
    return found[0]?.size ?? null;
  } catch {
    return null;
  }
}

/** The same, for builders that are at hand. */
export function cachedNow(name: string, folders: readonly string[], build: () => Uint8Array): Uint8Array {
  const path = placeOf(name, folders);
  const kept = read(path);
  if (kept !== null) return kept;
  const bytes = build();
  store(path, bytes);
  return bytes;
}

const placeOf = (name: string, folders: readonly string[], listed?: Listed): string =>
  join(cacheFolder(), `${name}-${hashOfSources(folders, listed)}`);

/** Beside each entry lies its size in bytes and its check sum. */
const sumOf = (path: string): string => `${path}.sum`;

/** An entry that is as it was stored, or null. */
function read(path: string): Uint8Array | null {
  try {
    const bytes = readFileSync(path);
    if (`${bytes.length} ${crc32(bytes)}` !== readFileSync(sumOf(path), "utf8")) return null;
    noteUse(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch {
    return null;
  }
}

/**
 * As `cached`, for who reads little of much: the entry's path instead of its bytes, unless it could not be kept. That it is as it was
 * stored is told from its size and from nobody having written to it since.
 */
export async function cachedFile(
  name: string,
  folders: readonly string[],
  build: () => Promise<Uint8Array>,
  listed?: Listed,
): Promise<string | Uint8Array> {
  const path = placeOf(name, folders, listed);
  if (isUntouched(path)) return path;
  const bytes = await build();
  store(path, bytes);
  return isUntouched(path) ? path : bytes;
}

function isUntouched(path: string): boolean {
  const [entry, sum] = [path, sumOf(path)].map((file) => statSync(file, { throwIfNoEntry: false }));
  if (entry === undefined || sum === undefined || entry.mtimeMs > sum.mtimeMs) return false;
  if (!readFileSync(sumOf(path), "utf8").startsWith(`${entry.size} `)) return false;
  noteUse(path);
  return true;
}

/** Files that were written long ago are as new, and stand to each other as before. */
function noteUse(path: string): void {
  try {
    const now = new Date();
    if (now.getTime() - statSync(path).mtimeMs > USED_MS)
      for (const file of [path, sumOf(path)]) utimesSync(file, now, now);
  } catch {
    // It is somebody else's, or gone by now.
  }
}

/**
 * As `cached`, for what others read from files: a folder with the files that `build` gives by their paths. Where the cache
 * cannot be used it is a folder in the system's one for temporary files.
 */
export async function cachedFolder(
  name: string,
  folders: readonly string[],
  build: () => Promise<ReadonlyMap<string, Uint8Array | string>>,
): Promise<string> {
  const entry = `${name}-${hashOfSources(folders)}`;
  const path = join(cacheFolder(), entry);
  if (existsSync(path)) return path;
  const files = await build();
  try {
    makeFolder(cacheFolder());
    return fillFolder(path, files);
  } catch {
    return fillFolder(join(tmpdir(), `cor-${entry}`), files);
  }
}

/** The folder appears whole, by renaming. */
function fillFolder(path: string, files: ReadonlyMap<string, Uint8Array | string>): string {
  const draft = mkdtempSync(`${path}.`);
  for (const [file, content] of files) {
    makeFolder(dirname(join(draft, file)));
    writeFileSync(join(draft, file), content);
  }
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true });
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
  }
  return path;
}

/** Removes what is too old, or too much; not what was stored just now. */
function dropOld(folder: string, stored: string): void {
  const all = readdirSync(folder, { withFileTypes: true });
  for (const { name } of all) if (DRAFT.test(name)) dropDraft(join(folder, name));
  const entries = all
    .filter((entry) => entry.isFile() && /-[0-9a-f]{32}$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .filter((path) => path !== stored)
    .map((path) => ({ path, stats: statSync(path, { throwIfNoEntry: false }) }))
    .flatMap(({ path, stats }) => (stats === undefined ? [] : [{ path, used: stats.mtimeMs, bytes: stats.size }]))
    .sort((a, b) => b.used - a.used);
  let bytes = statSync(stored).size;
  for (const entry of entries) {
    bytes += entry.bytes;
    if (bytes <= KEEP_BYTES && Date.now() - entry.used <= KEEP_MS) continue;
    for (const file of [entry.path, sumOf(entry.path)]) rmSync(file, { force: true });
  }
}

/** What a process writes before it is an entry: a file or a folder, under the entry's name with something behind it. */
const DRAFT = /-[0-9a-f]{32}\.(?!sum$)\w+$/;
/** Nobody takes so long: who began it was killed. */
const DRAFT_MS = 600_000;

function dropDraft(path: string): void {
  const begun = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - begun > DRAFT_MS) rmSync(path, { recursive: true, force: true });
}

function store(path: string, bytes: Uint8Array): void {
  const folder = dirname(path);
  const draft = `${path}.${process.pid}`;
  try {
    makeFolder(folder);
    writeFileSync(draft, bytes);
    renameSync(draft, path);
    writeFileSync(draft, `${bytes.length} ${crc32(bytes)}`);
    renameSync(draft, sumOf(path));
    dropOld(folder, path);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // There is no such folder, or it is not ours to write: then nothing was left there.
    }
  }
}
