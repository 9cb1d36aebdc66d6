import { Keyrack } from "keyrack";

import snapshot from "./snapshot.bin";
import told from "./told.txt";

export default {
  async fetch() {
    const { trust, question, now } = JSON.parse(told);
    const rack = await Keyrack.load(new Uint8Array(snapshot), trust);
    const [subject, permission, scope] = question;
    const { outcome } = rack.decide({ subject, permission, scope, now });
    return Response.json(outcome === "allow");
  },
};
