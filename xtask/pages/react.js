// A React panel, as in docs/react.md. React itself is not counted.
export { createLive } from "keyrack/live";
export { Can, KeyrackProvider, useCan, useDecision, useLive } from "keyrack/react";
