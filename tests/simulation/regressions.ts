/**
 * Seeds that notice when one of the repairs this simulation has led to is undone. Each repair also has a test of its own,
 * where it was made: what a seed means changes with what is drawn, and then these are drawn again.
 */
export const REGRESSIONS: readonly (readonly [seed: number, found: string])[] = [
  [
    396,
    'two servers planned one session at once, and the later one went on from a seal that is not in the log',
  ],
  [61, 'a step failed after its session was forgotten'],
  [830, 'the answer of an attempt that had been given up on put a replaced key back into the vault'],
  [102650, 'so it did before the attempt knew, in a server whose clock had been set'],
  [137, 'the agent repeated a secret to the page while the vault could not be read'],
  [
    21,
    'a write of the env file that did not say how it ended left a stale value as if it were the user’s own',
  ],
  [3004180, 'so did a service that was lost and made anew while the file was being written'],
  [592, 'a pool entry planned after a new release stood ready for nobody'],
  [6139, 'an append that had perhaps been written was decided again under the same ids, after a full disk'],
  [841, 'a checkpoint gave up the copy of what the data of a fork was just taking the place of'],
  [2872, 'a key made anew in the middle of a turn was repeated to the page in the answer to a correction'],
  [1241107551, 'a server that heard only after its deadline that it might begin still asked for a new key'],
  [
    1241454590,
    'a server got hold of a sandbox while another put it to sleep, and it ran with nobody knowing',
  ],
  [1242176243, 'a boot that was due no more kept its place, and the pool’s next session was never booted'],
  [1260323558, 'a checkpoint that had failed was tried again beside a move, and was under way for ever'],
];
