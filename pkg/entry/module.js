export * from "../gen/keyrack.js";
