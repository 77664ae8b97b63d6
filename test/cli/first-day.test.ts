/** Mistakes of the first day: what `rtprov run` says of them before it contacts a host. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readRunFiles } from '../../src/cli/inputs.js';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { firstDayFiles, firstDayInventories, tasks, type Files } from './first-day-files.js';
import { firstDayPlaybooks } from './first-day-playbooks.js';
import { firstDayTasks, type FirstDay } from './first-day-texts.js';

const atPlay = (outcome: string): string => outcome.replace(' ', ' play.yaml:');

describe('cli: mistakes of the first day', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-first-day-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function errorsOf(
    files: Files,
    playbook = 'play.yaml',
    extraVars: readonly string[] = [],
  ): readonly Diagnostic[] {
    const all = {
      'inventory.ini': 'h1 ansible_host=192.0.2.1\n',
      'play.yaml': '- hosts: all\n  tasks: [{ debug: { msg: a } }]\n',
      ...files,
    };
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const inventory = join(folder, 'inventory.yaml' in files ? 'inventory.yaml' : 'inventory.ini');
    try {
      readRunFiles(
        [join(folder, playbook)],
        { inventory: [inventory], extraVars },
        { chosen: { tags: [], skipTags: [] } },
      );
      return [];
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.filter(({ severity }) => severity === 'error');
    }
  }

  const placeOf = ({ code, range }: Diagnostic): string =>
    `${code} ${relative(folder, range?.file ?? '')}:${range?.line ?? 0}:${range?.column ?? 0}`;

  const cases: readonly FirstDay<Files>[] = [
    ...firstDayTasks.map(([text, named, hint]) => [tasks(text), atPlay(named), hint] as const),
    ...firstDayPlaybooks.map(([text, named, hint]) => [{ 'play.yaml': text }, atPlay(named), hint] as const),
    ...firstDayInventories.map(
      ([text, named, hint]) => [{ [/inventory\.\w+/.exec(named)?.[0] ?? '']: text }, named, hint] as const,
    ),
    ...firstDayFiles,
  ];
  for (const [files, named, hint] of cases)
    it(`${named}: ${JSON.stringify(Object.values(files)[0]?.toString()).slice(0, 90)}`, () => {
      const errors = errorsOf(files);
      assert.deepEqual(errors.map(placeOf), [named]);
      assert.equal(errors[0]?.hint?.slice(0, hint.length), hint);
    });

  for (const [playbook, near] of [
    ['plya.yaml', 'play.yaml'],
    ['play.yml', 'play.yaml'],
  ] as const)
    it(`names the playbook that is near ${playbook}`, () => {
      const [error, ...more] = errorsOf({}, playbook);
      assert.deepEqual(more, []);
      assert.ok(error?.hint?.includes(near), error?.hint);
    });

  it('warns of a folder of variables that is nearly one that is read', () => {
    errorsOf({ 'groups_vars/all.yml': 'a: 1\n' });
    const warnings = readRunFiles(
      [join(folder, 'play.yaml')],
      { inventory: [join(folder, 'inventory.ini')], extraVars: [] },
      { chosen: { tags: [], skipTags: [] } },
    ).warnings.map(({ code, hint }) => `${code} ${hint ?? ''}`);
    assert.deepEqual(warnings, ['VARS_FOLDER_MISTYPED Did you mean "group_vars"?']);
  });

  it('names the file of variables that is near one of --extra-vars', () => {
    const [error] = errorsOf({ 'vars.yml': 'a: 1\n' }, 'play.yaml', [`@${join(folder, 'vasr.yml')}`]);
    assert.match(error?.hint ?? '', /^Did you mean ".*\/vars\.yml"\?$/);
  });
});
