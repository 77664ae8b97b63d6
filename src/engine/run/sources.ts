/** Controller files that tasks name: found in the task's folders, read once, shared by all hosts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { ownerName } from '../../lookups/file-owner.js';
import type { Source, SourceFile, SourceRequest } from '../../modules/core/module.js';
import type { Task } from '../../playbook/read/model.js';
import type { ContentStore } from '../../resources/resource.js';

/** Files up to this size are kept in memory; larger ones are streamed. */
const memoryLimit = 4 * 1024 * 1024;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const modeText = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/** What of a task says where its sources are looked for, and where faults are reported. */
type Asking = Pick<Task, 'searchPaths' | 'furtherTemplates' | 'range'>;

export class Sources {
  private readonly byPath = new Map<string, Source>();
  private readonly large = new Map<string, string>();
  /** Places where a source was looked for in vain, as one text. */
  private readonly gone = new Set<string>();

  constructor(private readonly store: ContentStore) {}

  /** Where the bytes of large files are, by sha256. */
  get largeFiles(): ReadonlyMap<string, string> {
    return this.large;
  }

  /** A source that `load` has loaded before. */
  get(request: SourceRequest, task: Asking): Source | undefined {
    for (const path of candidates(request, task)) {
      const found = this.byPath.get(keyOf(path, request));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Was it looked for in vain? */
  isMissing(request: SourceRequest, task: Asking): boolean {
    return this.gone.has(candidates(request, task).join('\0'));
  }

  /** Loads what a task asks for. Throws DiagnosticError SOURCE_NOT_FOUND with all places that were searched. */
  async load(request: SourceRequest, task: Asking): Promise<void> {
    const paths = candidates(request, task);
    for (const path of paths) {
      const key = keyOf(path, request);
      if (this.byPath.has(key)) return;
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) continue;
      if (!found.isFile() && !found.isDirectory()) throw notRegular(path, task);
      this.byPath.set(
        key,
        found.isDirectory()
          ? await this.directory(path, request.followLinks === true, task)
          : { type: 'file', ...(await this.file(path)) },
      );
      return;
    }
    this.gone.add(paths.join('\0'));
    throw new DiagnosticError([
      {
        code: 'SOURCE_NOT_FOUND',
        severity: 'error',
        summary: 'A file that a task names does not exist',
        detail: `"${request.name}" was looked for at ${paths.join(', ')}.`,
        hint: `Put it in the ${request.folder}/ folder of the role or beside the playbook, or give its full path.`,
        range: task.range,
      },
    ]);
  }

  private async file(path: string): Promise<SourceFile> {
    const found = await stat(path);
    const common = {
      path,
      mode: modeText(found.mode),
      size: found.size,
      owner: ownerName(found.uid),
      changed: found.mtime,
    };
    if (found.size > memoryLimit) {
      const sha256 = await sha256Of(path);
      this.large.set(sha256, path);
      return { ...common, sha256 };
    }
    const content = await readFile(path);
    return { ...common, sha256: this.store.put(content), content };
  }

  private async directory(path: string, followLinks: boolean, task: Asking): Promise<Source> {
    const entries: Extract<Source, { type: 'directory' }>['entries'][number][] = [];
    const walk = async (relative: string, above: readonly string[]): Promise<void> => {
      const names = (await readdir(join(path, relative))).sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      for (const name of names) {
        const below = relative === '' ? name : `${relative}/${name}`;
        const full = join(path, below);
        const link = await lstat(full);
        const destination =
          link.isSymbolicLink() && followLinks ? await stat(full).catch(() => undefined) : undefined;
        const real = destination?.isDirectory() === true ? await realpath(full) : full;
        // A link that leads to nothing, or back to a folder that it is in, stays a link.
        const found = destination === undefined || above.includes(real) ? link : destination;
        if (found.isSymbolicLink())
          entries.push({ relative: below, type: 'link', target: await readlink(full) });
        else if (found.isDirectory()) {
          entries.push({ relative: below, type: 'directory', mode: modeText(found.mode) });
          await walk(below, [...above, await realpath(full)]);
        } else if (found.isFile())
          entries.push({ relative: below, type: 'file', ...(await this.file(full)) });
        // Left out in silence it would be missing on the target, and nobody would know.
        else throw notRegular(full, task);
      }
    };
    await walk('', [await realpath(path)]);
    return { type: 'directory', path, entries };
  }
}

/** A folder whose links are followed is another source than the same folder with its links. */
function keyOf(path: string, request: SourceRequest): string {
  return request.followLinks === true ? `${path}\0` : path;
}

function candidates(request: SourceRequest, task: Asking): readonly string[] {
  const name = request.name.replace(/\/+$/, '');
  if (isAbsolute(name)) return [name];
  const further = request.folder === 'templates' ? task.furtherTemplates : [];
  return [
    ...task.searchPaths.flatMap((folder) => [join(folder, request.folder, name), join(folder, name)]),
    ...further.map((folder) => join(folder, name)),
  ];
}

/** A FIFO waits for a writer for ever, and a device has no end. */
function notRegular(path: string, task: Asking): DiagnosticError {
  return new DiagnosticError([
    {
      code: 'SOURCE_NOT_REGULAR',
      severity: 'error',
      summary: 'A source is neither a file nor a folder',
      detail: `${path} is a device, a FIFO or a socket.`,
      hint: 'Name a regular file.',
      range: task.range,
    },
  ]);
}
