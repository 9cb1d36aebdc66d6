/** A style sheet, for what bundles it: `import "keyrack/dom.css";` */
export {};
