/* The listeners that verify signatures, as the end-to-end tests run them: text here, never code. */
import go from "./recipes/verify.go" with { type: "text" };
import java from "./recipes/Verify.java" with { type: "text" };
import javascript from "./recipes/verify.mjs" with { type: "text" };
import php from "./recipes/verify.php" with { type: "text" };
import python from "./recipes/verify.py" with { type: "text" };
import ruby from "./recipes/verify.rb" with { type: "text" };

/** `{id, name, file, source}` of each language. */
export const RECIPES = [
  { id: "python", name: "Python", file: "verify.py", source: python },
  { id: "javascript", name: "JavaScript", file: "verify.mjs", source: javascript },
  { id: "php", name: "PHP", file: "verify.php", source: php },
  { id: "go", name: "Go", file: "verify.go", source: go },
  { id: "java", name: "Java", file: "Verify.java", source: java },
  { id: "ruby", name: "Ruby", file: "verify.rb", source: ruby },
];
