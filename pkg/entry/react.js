// React's part. It brings no engine: the live slice that it is given has one.
export {
  Can,
  KeyrackProvider,
  useCan,
  useDecision,
  useLive,
  useLiveState,
  useSession,
  useSnapshot,
} from "../src/front/react.js";
