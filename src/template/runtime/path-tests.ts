/** Tests of the controller's files (`'/etc/hosts' is file`): what they are called, and what they ask of whoever may look. */
import { toText } from './arguments.js';
import type { PathTest } from './path-look.js';
import { define, type Definition, type Definitions } from './toolbox.js';

/** As Python, which takes a number for an open file: none of ours is meant. */
const look = (test: PathTest): Definition =>
  define([], (tools, value) => typeof value !== 'number' && tools.path(test, toText(value, test)));

const sameFile = define(['other!'], (tools, value, [other]) =>
  tools.path('same_file', toText(value, 'same_file'), toText(other, 'same_file')),
);

export const pathTests: Definitions = {
  directory: look('directory'),
  is_dir: look('directory'),
  exists: look('exists'),
  file: look('file'),
  is_file: look('file'),
  link: look('link'),
  is_link: look('link'),
  link_exists: look('link_exists'),
  mount: look('mount'),
  is_mount: look('mount'),
  same_file: sameFile,
  is_same_file: sameFile,
};
