/** A compiled module in workerd; elsewhere what the bundler makes of it, often an address to fetch. */
declare const module: any;
export default module;
