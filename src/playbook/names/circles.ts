/** Variables that refer to each other in a circle: whoever uses one of them fails. */
import type { LoadContext } from '../read/context.js';
import type { TemplateChecks } from '../read/tools.js';

/**
 * The circles among some variables, each once, as the names on the way: `['a', 'b', 'a']`.
 * `named` gives the names that a variable's value refers to; undefined when it is none of those that are looked at.
 */
export function findCircles(
  names: Iterable<string>,
  named: (name: string) => readonly string[] | undefined,
): readonly (readonly string[])[] {
  const done = new Set<string>();
  const trail: string[] = [];
  const circles: (readonly string[])[] = [];
  const visit = (name: string): void => {
    const at = trail.indexOf(name);
    if (at >= 0) circles.push([...trail.slice(at), name]);
    if (at >= 0 || done.has(name)) return;
    const next = named(name);
    if (next === undefined) return;
    trail.push(name);
    for (const other of next) visit(other);
    trail.pop();
    done.add(name);
  };
  for (const name of names) visit(name);
  return circles;
}

/** The names that a text with templates refers to whenever it is evaluated: what a condition or a default may leave out is not sure. */
export function sureReferences(
  text: string,
  templates: Pick<TemplateChecks, 'references'>,
): readonly string[] {
  if (/\b(?:if|or|and|default|d|ternary)\b/.test(text)) return [];
  const found = templates.references(text, 'argument', { file: '', line: 1, column: 1 });
  return found.map(({ name }) => name);
}

/** Circles of the playbook: only variables of which nothing else gives a value, so that no host can be spared. */
export function checkCircles(load: LoadContext): void {
  const only = (name: string) => {
    const places = load.values.get(name);
    const [first, ...others] = places?.values() ?? [];
    if (first === undefined || others.length > 0) return undefined;
    return load.root.has(name) || load.loopNames.has(name) || load.given.has(name) ? undefined : first;
  };
  const circles = findCircles(load.values.keys(), (name) =>
    only(name)?.texts.flatMap((text) => sureReferences(text, load.templates)),
  );
  for (const circle of circles) {
    const [first = ''] = circle;
    const range = only(first)?.range;
    if (range === undefined) continue;
    load.diagnostics.error(
      'VARIABLE_CIRCLE',
      'Variables refer to each other in a circle',
      circle.length === 2
        ? `The value of "${first}" uses "${first}" itself, and nothing else defines it.`
        : `These variables use each other, and nothing else defines them: ${circle.join(' -> ')}.`,
      range,
      'Give one of them a value that does not use the others.',
    );
  }
}
