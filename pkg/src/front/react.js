/**
 * A live slice in React. Each hook listens for its own answer: a component renders again when that
 * answer is another one, and not when there is merely a new slice.
 */

import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react";

import { isOpen, PENDING } from "./standing.js";

const Context = createContext(undefined);

/**
 * What a server draws, and a browser until it has taken that over. A server may know more, and must
 * not say so: what it draws is kept and sent to whoever asks.
 */
const SERVED = Object.freeze({ ...PENDING });

/** Gives a live slice to all below it, and keeps it live while it is mounted. */
export function KeyrackProvider({ live, suspense = false, children }) {
  useEffect(() => {
    live.start();
    return () => live.stop();
  }, [live]);
  const given = useMemo(() => ({ live, suspense }), [live, suspense]);
  return createElement(Context.Provider, { value: given }, children);
}

function useGiven() {
  const given = useContext(Context);
  if (given === undefined) throw new Error("there is no `KeyrackProvider` above");
  return given;
}

/** The live slice itself. */
export const useLive = () => useGiven().live;

/** The slice at one instant: another object whenever there is anything new. */
export function useSnapshot() {
  const { live } = useGiven();
  return useSyncExternalStore(
    live.subscribe,
    () => live.snapshot,
    () => undefined,
  );
}

/** `pending`, `ready`, `stale` or `failed`. None of them is a deny. */
export function useLiveState() {
  const { live } = useGiven();
  return useSyncExternalStore(
    live.subscribe,
    () => live.state,
    () => "pending",
  );
}

/** The member at a scope: a new session with every new slice, so that what is memoised follows. */
export function useSession(scope) {
  return useSnapshot()?.session(scope);
}

/** Whether the member may, with nothing left open. */
export function useCan(permission, scope) {
  return useDecision(permission, scope).state === "allowed";
}

/** How a control stands; the same object for as long as it stands the same. */
export function useDecision(asked, scope) {
  const { live, suspense } = useGiven();
  // Requests are written anew with every render; what counts is what they say.
  const key = typeof asked === "string" ? `"${asked}"${scope}` : JSON.stringify(asked);
  const read = useMemo(() => reader(live, asked, scope), [live, key]);
  const standing = useSyncExternalStore(live.subscribe, read, served);
  if (suspense && standing.state === "pending" && standing !== SERVED) throw wait(live);
  return standing;
}

/** Where the provider itself is held back, it has not started anything yet. */
function wait(live) {
  live.refresh();
  return live.ready();
}

const served = () => SERVED;

/** Reads one answer, and gives the object that it gave before where nothing is different. */
function reader(live, asked, scope) {
  let snapshot;
  let known;
  return () => {
    if (snapshot === live.snapshot) return known;
    snapshot = live.snapshot;
    const next = snapshot.standing(asked, scope);
    if (known === undefined || !isSame(known, next)) known = next;
    return known;
  };
}

const isSame = (one, other) =>
  one.state === other.state && one.reason === other.reason && one.ask === other.ask;

/**
 * Draws its children where the member may, or where the gate has the last word. A function is also
 * asked for what is blocked now, and is told how it stands.
 */
export function Can({ permission, scope, question, fallback = null, pending = null, children }) {
  const standing = useDecision(question ? { ...question, permission, scope } : permission, scope);
  if (standing.state === "pending") return pending;
  const isTold = typeof children === "function";
  if (!isOpen(standing) && !(isTold && standing.state === "blocked")) return fallback;
  return isTold ? children(standing) : children;
}
