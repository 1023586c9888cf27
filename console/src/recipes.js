/* The receivers that the console shows, as the end-to-end tests run them, by language and framework: one line each. */

const own = (...names) => names.map((name) => `console/src/recipes/${name}`);

/** `{id, name, files}` of each: its files by their paths in the project, the receiver first. */
export const RECIPES = [
  { id: "python", name: "Python", files: own("verify.py", "keys.py") },
  { id: "javascript", name: "JavaScript", files: own("verify.mjs", "keys.mjs") },
  { id: "php", name: "PHP", files: own("verify.php", "keys.php") },
  { id: "go", name: "Go", files: own("verify.go", "keys.go") },
  { id: "java", name: "Java", files: own("Verify.java") },
  { id: "ruby", name: "Ruby", files: own("verify.rb", "keys.rb") },
];
