// Style sheets are imported for their effect: the build gathers them in dist/webview.css.
declare module '*.css' {}
