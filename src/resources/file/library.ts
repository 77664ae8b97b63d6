/** All shell functions of the `file` kind; sent once a session, and kept in the journal for undo. */
import { lines } from '../../shell/shell.js';
import { attributesLibrary } from './library-attributes.js';
import { probeLibrary } from './library-probe.js';
import { readLibrary } from './library-read.js';
import { saveLibrary } from './library-save.js';
import { showLibrary } from './library-show.js';
import { treeLibrary } from './library-tree.js';
import { writeLibrary } from './library-write.js';

export const library = lines([
  probeLibrary,
  treeLibrary,
  readLibrary,
  showLibrary,
  saveLibrary,
  writeLibrary,
  attributesLibrary,
]);
