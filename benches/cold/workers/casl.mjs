import { first } from "../casl.mjs";
import told from "./told.txt";

export default { fetch: () => Response.json(first(JSON.parse(told))) };
