import pc from 'picocolors';

export const noPaint = pc.createColors(false);
export const allPaint = pc.createColors(true);
