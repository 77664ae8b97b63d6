/**
 * The drawing as an SVG 1.1 file that needs nothing else: no script, no reference to anything outside, light and dark by the viewer's
 * setting. Marks and words carry what colours show. Lengths are user units (CSS pixels).
 */
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';
import type { PartitionPlan } from '../model.js';
import {
  byNode,
  drawnGuests,
  layOut,
  type DrawnCore,
  type DrawnCpu,
  type DrawnGroup,
  type Role,
} from './layout.js';
import { cacheLine, legendWords, machineLine, nodeLine } from './words.js';

const cell = { width: 46, height: 36 };
const margin = 24;
const coresPerLine = 16;
const gap = 8;
const textColumns = 118;

/** Fills of guests, in their order: distinct for the usual kinds of colour blindness (after Okabe and Ito, 2008). */
const guestFills = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#0072b2', '#d55e00', '#8a8fd8'];

const style = `
text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
.title { font-size: 18px; font-weight: 600 } .sub { fill: #57606a } .cpu { font-size: 10px }
.mark { font-size: 13px; font-weight: 600 } .core { fill: none; stroke: #8c959f; stroke-width: 1.2 }
.panel { fill: #f6f8fa; stroke: #d0d7de } .back { fill: #ffffff }
.housekeeping { fill: #d0d7de } .free { fill: #ffffff } .idle { fill: #eaeef2 } .reserved { fill: #b8a1e3 }
.foreign { fill: #f5b7b1 } .uncovered { fill: #ff8182 } .nosmt { fill: #eaeef2 }
${guestFills.map((fill, index) => `.g${index} { fill: ${fill} }`).join(' ')}
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .sub { fill: #9da7b3 } .back { fill: #0d1117 } .panel { fill: #161b22; stroke: #30363d }
.housekeeping { fill: #484f58 } .free { fill: #0d1117 } .idle { fill: #21262d } .nosmt { fill: #21262d }
.reserved { fill: #6e40c9 } .foreign { fill: #8e2f2b } .uncovered { fill: #b62324 }
.on { fill: #0d1117 } }`;

function escape(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
      // Characters that XML 1.0 does not allow.
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}

function text(x: number, y: number, words: string, kind = ''): string {
  return `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${escape(words)}</text>`;
}

function fill(role: Role, owner: number): string {
  return role === 'vcpu' ? `g${owner % guestFills.length}` : role;
}

function drawCpu(one: DrawnCpu, x: number, y: number, order: ReadonlyMap<string, number>): string {
  const kind = fill(one.role, order.get(one.owner ?? '') ?? 0);
  // Dark text on a guest's light fill, in the dark too.
  const on = one.role === 'vcpu' ? ' on' : '';
  const middle = x + cell.width / 2;
  return [
    `<rect class="${kind}" x="${x}" y="${y}" width="${cell.width}" height="${cell.height}"/>`,
    `<text class="cpu${on}" text-anchor="middle" x="${middle}" y="${y + 13}">${one.cpu}</text>`,
    `<text class="mark${on}" text-anchor="middle" x="${middle}" y="${y + 29}">${escape(one.mark)}</text>`,
  ].join('');
}

function drawCore(core: DrawnCore, x: number, y: number, order: ReadonlyMap<string, number>): string {
  const cpus = core.threads.map((one, index) => drawCpu(one, x, y + index * cell.height, order));
  const frame = `<rect class="core" x="${x}" y="${y}" width="${cell.width}" height="${cell.height * core.threads.length}" rx="3"/>`;
  const owners = core.threads.map(({ cpu, role, owner }) => `CPU ${cpu}: ${owner ?? role}`).join(', ');
  return `<g><title>${escape(owners)}</title>${cpus.join('')}${frame}</g>`;
}

interface Part {
  readonly height: number;
  readonly svg: string;
}

/** The cores of one cache, below the words for it. */
interface Block extends Part {
  readonly width: number;
}

const titleHeight = 20;
/** An estimate: an average character at 13 px. */
const characterWidth = 7.2;

function drawCache(group: DrawnGroup, x: number, y: number, order: ReadonlyMap<string, number>): Block {
  const threads = Math.max(...group.cores.map((core) => core.threads.length));
  const lineHeight = threads * cell.height + gap;
  const perLine = Math.min(coresPerLine, group.cores.length);
  const title = cacheLine(group);
  const top = title === '' ? y : y + titleHeight;
  const cores = group.cores.map((core, index) =>
    drawCore(
      core,
      x + (index % perLine) * (cell.width + 4),
      top + Math.floor(index / perLine) * lineHeight,
      order,
    ),
  );
  return {
    width: Math.max(perLine * (cell.width + 4), title.length * characterWidth),
    height: top - y + Math.ceil(group.cores.length / perLine) * lineHeight,
    svg: `${title === '' ? '' : text(x, y + 12, title, 'sub')}${cores.join('')}`,
  };
}

/** Blocks side by side, in as many lines as they need. `draw` gives a block at a place. */
function flow<Item>(
  items: readonly Item[],
  left: number,
  top: number,
  right: number,
  space: number,
  draw: (item: Item, x: number, y: number) => Block,
): Block {
  let [x, y, below, widest] = [left, top, top, left];
  const blocks: string[] = [];
  for (const item of items) {
    let block = draw(item, x, y);
    if (x > left && x + block.width > right) {
      [x, y] = [left, below];
      block = draw(item, x, y);
    }
    blocks.push(block.svg);
    x += block.width + space;
    widest = Math.max(widest, x - space);
    below = Math.max(below, y + block.height);
  }
  return { width: widest - left, height: below - top, svg: blocks.join('') };
}

/** A panel for one package and node: its caches side by side. */
function drawNode(
  groups: readonly DrawnGroup[],
  x: number,
  y: number,
  right: number,
  order: ReadonlyMap<string, number>,
): Block {
  const [left, top] = [x + 12, y + 30];
  const caches = flow(groups, left, top, right - 12, 2 * gap, (group, ...at) =>
    drawCache(group, ...at, order),
  );
  const [first] = groups;
  const title = first === undefined ? '' : nodeLine(first);
  const width = Math.max(caches.width, title.length * characterWidth) + 24;
  const height = caches.height + 34;
  const panel = `<rect class="panel" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
  return {
    width,
    height: height + gap,
    svg: `${panel}${text(left, y + 20, title, 'sub')}${caches.svg}`,
  };
}

/** Words in lines of about `textColumns` characters; CPU lists break after commas. */
function lines(words: string): readonly string[] {
  return words.match(new RegExp(`.{1,${textColumns}}(?:[ ,]|$)|.{1,${textColumns}}`, 'g')) ?? [];
}

function drawLegend(
  topology: Topology,
  plan: PartitionPlan,
  top: number,
  order: ReadonlyMap<string, number>,
): Part {
  const layout = layOut(topology, plan);
  const parts: string[] = [];
  let y = top + 8;
  for (const line of layout.legend) {
    const words = lines(legendWords(line, plan));
    const kind = fill(line.role, order.get(line.owner ?? '') ?? 0);
    const on = line.role === 'vcpu' ? ' on' : '';
    parts.push(
      `<rect class="${kind}" x="${margin}" y="${y}" width="34" height="20" rx="3"/><rect class="core" x="${margin}" y="${y}" width="34" height="20" rx="3"/>`,
      `<text class="mark${on}" text-anchor="middle" x="${margin + 17}" y="${y + 15}">${escape(line.mark)}</text>`,
      ...words.map((part, index) => text(margin + 44, y + 15 + index * 18, part)),
    );
    y += 26 + (words.length - 1) * 18;
  }
  if (layout.offline.length > 0) {
    const words = lines(`offline: CPU ${formatCpuList(layout.offline)}`);
    parts.push(...words.map((part, index) => text(margin + 44, y + 15 + index * 18, part)));
    y += 26 + (words.length - 1) * 18;
  }
  return { height: y - top, svg: parts.join('\n') };
}

export function drawSvg(name: string, topology: Topology, plan: PartitionPlan): string {
  const { groups } = layOut(topology, plan);
  const order = new Map(drawnGuests(plan).map((guest, index) => [guest.name, index]));
  const widest = Math.min(coresPerLine, Math.max(...groups.map(({ cores }) => cores.length), 1));
  const width = Math.max(2 * margin + 24 + widest * (cell.width + 4), 900);
  const right = width - margin;
  const body = flow(byNode(groups), margin, margin + 46, right, gap, (ofNode, ...at) =>
    drawNode(ofNode, ...at, right, order),
  );
  const top = margin + 46 + body.height;
  const legend = drawLegend(topology, plan, top, order);
  const height = top + legend.height + margin;
  const what = `CPU partition of ${name}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(what)}">`,
    `<title>${escape(what)}</title>`,
    `<style>${style}</style>`,
    `<rect class="back" width="${width}" height="${height}"/>`,
    text(margin, margin + 14, name, 'title'),
    text(margin, margin + 34, machineLine(topology), 'sub'),
    body.svg,
    legend.svg,
    '</svg>',
    '',
  ].join('\n');
}
