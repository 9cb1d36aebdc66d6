/** The rules of challenges. Who keeps them, in memory or for good, asks here. */

/** How long a challenge waits for its answer, in seconds. */
export const CHALLENGE_SECONDS = 10 * 60;

/** How long a proof is kept, in seconds. Policies let none count for so long. */
export const KEPT_SECONDS = 24 * 60 * 60;

/**
 * Whether a proof answers a challenge.
 *
 * @param {{ at: number, signedIn?: number, isAnswered: boolean } | undefined} challenge
 * @param {{ at: number, signedIn?: number }} proof `signedIn`, where a new sign-in is the proof
 */
export function isAnswer(challenge, { at, signedIn }) {
  if (challenge === undefined || challenge.isAnswered) return false;
  if (at < challenge.at || at >= challenge.at + CHALLENGE_SECONDS) return false;
  // SECURITY: the sign-in that was challenged is no answer, however fast the issuer's clock runs.
  return (
    signedIn === undefined ||
    (signedIn > challenge.at && signedIn > (challenge.signedIn ?? Number.NEGATIVE_INFINITY))
  );
}

/** Whether an answer proves anything: of a session, at a level that somebody could ask for. */
export const isProof = ({ session, level }) =>
  session !== undefined && session !== "" && level >= 1;
