/* As descrições dos tipos de evento, que a API dá em inglês. */

const ADMIN = "Um administrador, um gerente ou a plataforma";

export default {
  CI_STATS: "As vagas livres ou a lista de espera de uma instância de curso mudam.",
  COURSE_ENROLLMENT: "Um aluno se inscreve em um curso.",
  COURSE_COMPLETED: "Um aluno conclui um curso.",
  COURSE_UNENROLLMENT: "Um aluno deixa um curso.",
  LEARNING_PATH_ENROLLMENT: "Um aluno se inscreve em um caminho de aprendizado.",
  LEARNING_PATH_COMPLETED: "Um aluno conclui um caminho de aprendizado.",
  LEARNING_PATH_UNENROLLMENT: "Um aluno deixa um caminho de aprendizado.",
  CERTIFICATION_ENROLLMENT: "Um aluno se inscreve em uma certificação.",
  CERTIFICATION_COMPLETED: "Um aluno conclui uma certificação.",
  CERTIFICATION_UNENROLLMENT: "Um aluno deixa uma certificação.",
  LEARNING_OBJECT_DRAFT: "Um objeto de aprendizado é criado, ou alterado enquanto é um rascunho.",
  LEARNING_OBJECT_MODIFICATION: "Um objeto de aprendizado publicado é alterado, publicado ou desativado.",
  LEARNING_OBJECT_DELETION: "Um objeto de aprendizado é excluído.",
  LEARNING_OBJECT_INSTANCE_MODIFICATION: "Uma instância é criada, alterada ou desativada.",
  LEARNING_OBJECT_INSTANCE_DELETION: "Uma instância é excluída.",
  COURSE_ENROLLMENT_BATCH: `${ADMIN} inscreve alunos em um curso.`,
  COURSE_COMPLETED_BATCH: `${ADMIN} marca um curso como concluído.`,
  COURSE_UNENROLLMENT_BATCH: `${ADMIN} retira alunos de um curso.`,
  LEARNING_PATH_ENROLLMENT_BATCH: `${ADMIN} inscreve alunos em um caminho de aprendizado.`,
  LEARNING_PATH_COMPLETED_BATCH: `${ADMIN} marca um caminho de aprendizado como concluído.`,
  LEARNING_PATH_UNENROLLMENT_BATCH: `${ADMIN} retira alunos de um caminho de aprendizado.`,
  CERTIFICATION_ENROLLMENT_BATCH: `${ADMIN} inscreve alunos em uma certificação.`,
  CERTIFICATION_COMPLETED_BATCH: `${ADMIN} marca uma certificação como concluída.`,
  CERTIFICATION_UNENROLLMENT_BATCH: `${ADMIN} retira alunos de uma certificação.`,
  LEARNER_PROGRESS: "Um aluno conclui um módulo; pode atrasar até 15 minutos.",
  LEARNING_OBJECT_MODIFICATION_BATCH: "Um objeto de aprendizado é alterado por uma migração.",
  LEARNING_OBJECT_INSTANCE_MODIFICATION_BATCH: "Uma instância é criada ou alterada por uma migração.",
};
