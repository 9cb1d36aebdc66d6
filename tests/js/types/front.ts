// The front end's entry points know the policy's permissions as well; usage.ts declares them.
import { createElement, type ReactNode } from "react";

import type { Session } from "keyrack";
import { createControls } from "keyrack/dom";
import { createSlices, ownOverlay } from "keyrack/edge";
import { createLive, type Live, type LiveState, type Standing } from "keyrack/live";
import { Can, KeyrackProvider, useCan, useDecision, useSession, useSnapshot } from "keyrack/react";

const live: Live = createLive({ url: "/me/slice", keys: [{ publicKey: "" }], everyMs: 1500 });
const state: LiveState = live.state;
const stop: () => void = live.subscribe(() => {});
const may: boolean = live.can("order.refund", "paris-01");
const response: Response = live.noticed(await fetch("/api/orders"));
const session: Session | undefined = live.session("paris-01");
const standing: Standing = live.standing("order.view");
if (standing.state === "blocked") standing.reason satisfies string;
if (standing.state === "conditional") standing.ask satisfies "budget" | "step_up" | "approval" | "gate";
live.decide({ permission: "order.refund", amount: { value: 1, currency: "EUR" } })?.outcome;

const a: boolean = useCan("order.refund", "paris-01");
const b: Standing = useDecision({ permission: "order.refund", scope: "paris-01" });
const c: Session | undefined = useSession("paris-01");
const d: number | undefined = useSnapshot()?.version;
const drawn: ReactNode = createElement(
  KeyrackProvider,
  { live, suspense: true },
  createElement(Can, { permission: "order.view", scope: "paris-01", fallback: "no" }, "yes"),
  createElement(Can, { permission: "order.view", children: (stands) => stands.state }),
);

const croatian = { reasons: { no_grant: "Ne." }, asks: { step_up: "Potvrdite da ste to vi." } } as const;
const controls = createControls({ live, messages: { hr: croatian } });
controls.refresh(document.body);
controls.mark(document.body, "order.refund", "paris-01");

createSlices({
  identify: async () => ({ subject: "u_42" }),
  policy: async () => undefined,
  clock: () => 0,
  sign: async (bytes) => ownOverlay(bytes, "u_42"),
}) satisfies (request: Request) => Promise<Response>;

// @ts-expect-error a misspelt permission
live.can("ordr.refund");
// @ts-expect-error a misspelt permission
live.standing("ordr.refund", "paris-01");
// @ts-expect-error a misspelt permission
live.decide({ permission: "ordr.refund" });
// @ts-expect-error a misspelt permission
live.snapshot.standing("ordr.refund");
// @ts-expect-error a misspelt permission
session?.can("ordr.refund");
// @ts-expect-error a misspelt permission
useCan("ordr.refund");
// @ts-expect-error a misspelt permission
useDecision("ordr.refund", "paris-01");
// @ts-expect-error a misspelt permission
useDecision({ permission: "ordr.refund" });
// @ts-expect-error a misspelt permission
createElement(Can, { permission: "ordr.refund" });
// @ts-expect-error a permission is missing
createElement(Can, { scope: "paris-01" });
// @ts-expect-error a misspelt permission
controls.mark(document.body, "ordr.refund");
// @ts-expect-error who asks is known
live.decide({ permission: "order.view", subject: "u_7" });
// @ts-expect-error a misspelt option
createLive({ url: "/", kyes: [] });
// @ts-expect-error an option is missing
createLive({ keys: [] });
// @ts-expect-error no such reason
createControls({ live, messages: { hr: { reasons: { no_grnt: "Ne." } } } });
// @ts-expect-error the gate asks for nothing of that name
createControls({ live, messages: { hr: { asks: { passkey: "Ključ." } } } });
// @ts-expect-error a live slice is made by `createLive`
createControls({ live: {} });

createLive({ url: "/me/slice", keys: [], actor: "app_prices" });
// @ts-expect-error an app is named by its id
createLive({ url: "/me/slice", keys: [], actor: 7 });
