import { describe, expect, it } from 'vitest';
import { keptElsewhere } from './roll-back.ts';

const kept = { table: 'pool_view_v1', version: 1, generation: 1, behind: 7 };

describe('a table that is kept', () => {
  it('of another release says which release can go back to it, and until when', () => {
    const why = keptElsewhere({ kept: { ...kept, followed: false } });
    expect(why).toContain('pool_view_v1 is of another release');
    expect(why).toContain('deleted here with the next session that is forgotten');
  });

  it('of this release, or of none, needs no word', () => {
    expect(keptElsewhere({ kept: { ...kept, followed: true } })).toBeUndefined();
    expect(keptElsewhere({})).toBeUndefined();
  });
});
