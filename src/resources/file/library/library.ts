/** All shell functions of the `file` kind; sent once a session, and kept in the journal for undo. */
import { library as joined } from '../../../shell/shell.js';
import { attributesLibrary } from './attributes.js';
import { itemsLibrary } from './items.js';
import { probeLibrary } from './probe.js';
import { putLibrary } from './put.js';
import { readLibrary } from './read.js';
import { roomLibrary } from './room.js';
import { saveLibrary } from './save.js';
import { showLibrary } from './show.js';
import { trustLibrary } from './trust.js';
import { togetherLibrary } from './together.js';
import { treeLibrary } from './tree.js';
import { writeLibrary } from './write.js';

export const library = joined([
  probeLibrary,
  trustLibrary,
  roomLibrary,
  treeLibrary,
  readLibrary,
  showLibrary,
  saveLibrary,
  putLibrary,
  itemsLibrary,
  writeLibrary,
  togetherLibrary,
  attributesLibrary,
]);
