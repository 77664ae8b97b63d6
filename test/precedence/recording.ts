/**
 * Who won each pair, as a list: of each shape and place the layers from the weakest to the strongest, those that are not seen there,
 * and the pairs that the list would give wrongly. No pair is lost in it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYERS, LOOP, NONE, nameOf, PAIRS, PLACES, winnerOf, type Shape } from './layers.js';

/** What a task of a run said: its name (perhaps with its role's) and the `msg` of its result. */
export interface Said {
  readonly task: string;
  readonly msg: unknown;
}

/** `ONE | OTHER` to the layer that won, or `none`. */
export type Winners = ReadonlyMap<string, string>;

export interface Situation {
  /** `ROLE TASKS PLACE`. */
  readonly where: string;
  readonly winners: Winners;
}

interface Ranking {
  readonly where: readonly string[];
  readonly order: readonly string[];
  readonly unseen: readonly string[];
  readonly exceptions: Readonly<Record<string, string>>;
}

interface Recording {
  readonly ansible: string;
  readonly rankings: readonly Ranking[];
}

const FILE = join(import.meta.dirname, 'recorded/layers.json');

const pairName = (one: string, other: string): string => `${one} | ${other}`;

/** The winners in all places of one run. */
export function fromResults({ role, tasks }: Shape, said: readonly Said[]): readonly Situation[] {
  const byTask = new Map(said.map(({ task, msg }) => [task.replace(/^.* : /, ''), msg]));
  return PLACES.map((place) => {
    const msg = byTask.get(`probe ${place}`);
    if (typeof msg !== 'object' || msg === null) throw new Error(`probe ${place} printed nothing`);
    const values = new Map<string, unknown>(Object.entries(msg));
    if (place === 'deep')
      for (const other of LAYERS) {
        const inLoop = byTask.get(`probe loop ${LAYERS.indexOf(other)}`);
        if (inLoop !== undefined) values.set(nameOf(LOOP, other), inLoop);
      }
    const winners = PAIRS.map(({ one, other, name }): [string, string] => [
      pairName(one, other),
      winnerOf({ one, other }, values.get(name)),
    ]);
    return { where: `${role} ${tasks} ${place}`, winners: new Map(winners) };
  });
}

const between = (order: readonly string[], one: string, other: string): string => {
  const [first, second] = [order.indexOf(one), order.indexOf(other)];
  if (first < 0 && second < 0) return NONE;
  return first > second ? one : other;
};

function rank({ where, winners }: Situation): Ranking {
  const wins = (layer: string): number => [...winners.values()].filter((winner) => winner === layer).length;
  const count = new Map(LAYERS.map((layer) => [layer, wins(layer)]));
  const seen = LAYERS.filter((layer) => (count.get(layer) ?? 0) > 0);
  const order = [...seen].sort((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0));
  const wrong = PAIRS.map(({ one, other }): [string, string, string] => [
    pairName(one, other),
    winners.get(pairName(one, other)) ?? '',
    between(order, one, other),
  ]).filter(([, winner, listed]) => winner !== listed);
  return {
    where: [where],
    order,
    unseen: LAYERS.filter((layer) => !seen.includes(layer)),
    exceptions: Object.fromEntries(wrong.map(([pair, winner]) => [pair, winner])),
  };
}

export function writeRecording(ansible: string, situations: readonly Situation[]): void {
  const rankings = new Map<string, Ranking>();
  for (const { where, ...same } of situations.map(rank)) {
    const key = JSON.stringify(same);
    rankings.set(key, { where: [...(rankings.get(key)?.where ?? []), ...where], ...same });
  }
  const recording: Recording = { ansible, rankings: [...rankings.values()] };
  writeFileSync(FILE, `${JSON.stringify(recording, null, 1)}\n`);
}

export function readRecording(): { readonly ansible: string; readonly situations: readonly Situation[] } {
  const { ansible, rankings } = JSON.parse(readFileSync(FILE, 'utf8')) as Recording;
  const situations = rankings.flatMap(({ where, order, exceptions }) => {
    const winners = new Map(
      PAIRS.map(({ one, other }): [string, string] => {
        const pair = pairName(one, other);
        return [pair, exceptions[pair] ?? between(order, one, other)];
      }),
    );
    return where.map((place) => ({ where: place, winners }));
  });
  return { ansible, situations };
}
