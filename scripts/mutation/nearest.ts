/** Which pure tests are nearest to a source file: by their mirrored paths, then by imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

const isPureTest = (file: string): boolean =>
  file.endsWith('.test.ts') && !file.endsWith('.host.test.ts') && !file.endsWith('.vm.test.ts');

export class Nearest {
  /** Of each file, those that import it. */
  private readonly importers = new Map<string, string[]>();

  constructor(root: string) {
    for (const folder of ['src', 'test'])
      for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.ts')) continue;
        const file = join(folder, name);
        const text = readFileSync(join(root, file), 'utf8');
        for (const [, path = ''] of text.matchAll(
          /^(?:import|export) (?!type )(?:[^'";]*? from )?'(\.[^']+)\.js';/gms,
        )) {
          const imported = `${join(dirname(file), path)}.ts`;
          this.importers.set(imported, [...(this.importers.get(imported) ?? []), file]);
        }
      }
  }

  /** Test files, the nearest first, at most so many. */
  of(source: string, count: number): readonly string[] {
    const mirror = source.replace(/^src\//, 'test/').replace(/\.ts$/, '');
    const distances = new Map([[source, 0]]);
    for (const [file, distance] of distances)
      for (const importer of this.importers.get(file) ?? [])
        if (!distances.has(importer)) distances.set(importer, distance + 1);
    const folder = dirname(mirror);
    const rank = (test: string, distance: number): number =>
      (test.startsWith(`${mirror}.`) ? -100 : 0) + (dirname(test) === folder ? -2 : 0) + distance;
    return [...distances]
      .filter(([file]) => isPureTest(file))
      .map(([file, distance]) => ({ file, rank: rank(file, distance) }))
      .sort((a, b) => a.rank - b.rank || (a.file < b.file ? -1 : 1))
      .slice(0, count)
      .map(({ file }) => file);
  }
}
