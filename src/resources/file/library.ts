/** All shell functions of the `file` kind; sent once a session, and kept in the journal for undo. */
import { library as joined } from '../../shell/shell.js';
import { attributesLibrary } from './library-attributes.js';
import { itemsLibrary } from './library-items.js';
import { probeLibrary } from './library-probe.js';
import { putLibrary } from './library-put.js';
import { readLibrary } from './library-read.js';
import { roomLibrary } from './library-room.js';
import { saveLibrary } from './library-save.js';
import { showLibrary } from './library-show.js';
import { trustLibrary } from './library-trust.js';
import { togetherLibrary } from './library-together.js';
import { treeLibrary } from './library-tree.js';
import { writeLibrary } from './library-write.js';

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
