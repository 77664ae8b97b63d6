/** Stands in a task for a module that cannot be had, or that was given what it does not take: a host that comes there fails by it. */
import * as z from 'zod';
import type { Module } from './module.js';
import { failed } from './plan-result.js';

/** `why`: full sentences. */
export function unavailable(name: string, why: string): Module {
  return {
    name,
    fullNames: [],
    barrier: false,
    offline: true,
    args: z.strictObject({}),
    aliases: {},
    doc: { summary: 'Fails.', args: {}, examples: [] },
    needs: () => [],
    plan: () => failed(why),
  };
}
