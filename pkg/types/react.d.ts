import type { ReactElement, ReactNode } from "react";

import type { Session } from "./index.js";
import type { Live, LiveSnapshot, LiveState, Question, Standing } from "./live.js";
import type { PermissionName } from "./request.js";

export type { Standing } from "./live.js";

/** Gives a live slice to all below it; starts it when it is mounted, and stops it afterwards. */
export declare function KeyrackProvider(properties: {
  live: Live;
  /** Whether components wait in the next `Suspense` above until there is a first answer. */
  suspense?: boolean;
  children?: ReactNode;
}): ReactElement;

/** Whether the member may, with nothing left open: no limit, no budget, nobody to ask. */
export declare function useCan(permission: PermissionName, scope?: string): boolean;

/** How a control stands. The same object for as long as it stands the same. */
export declare function useDecision(permission: PermissionName, scope?: string): Standing;
export declare function useDecision(question: Question): Standing;

/** What `Can` tells a function: it is asked for nothing else. */
export type Shown = Extract<Standing, { state: "allowed" | "conditional" | "blocked" }>;

/** Draws its children where the member may, or where the gate has the last word. */
export declare function Can(properties: {
  permission: PermissionName;
  scope?: string;
  /** More facts of the request, as far as the page knows them. */
  question?: Omit<Question, "permission" | "scope">;
  /** A function is also asked for what is blocked now. */
  children?: ReactNode | ((standing: Shown) => ReactNode);
  /** Drawn in its place where the member never may, and where there is no slice. */
  fallback?: ReactNode;
  /** Drawn until there is a first answer. */
  pending?: ReactNode;
}): ReactNode;

/** The member at a scope: a new object with every new slice. `undefined`: there is no slice. */
export declare function useSession(scope?: string): Session | undefined;

/** The slice at one instant: a new object whenever there is anything new. On a server: none. */
export declare function useSnapshot(): LiveSnapshot | undefined;

export declare function useLiveState(): LiveState;

/** The live slice itself, say for `noticed`. */
export declare function useLive(): Live;
