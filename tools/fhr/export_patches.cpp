// Writes the records that the refinement networks are trained and judged on: `ffbench_fhr_patches
// FILE [PERSONS] [VIEWS]`.
//
// The file: "FFBPATC2", the number of records, then the records, little-endian, as
// tools/fhr/records.hpp lays them out.

#include <fstream>
#include <iostream>
#include <string>

#include "tools/fhr/records.hpp"

namespace ffbench::fhr {
namespace {

int run(const std::string& file, int persons, int views) {
  std::ofstream out(file, std::ios::binary);
  std::uint64_t written = 0;
  out.write("FFBPATC2", 8);
  out.write(reinterpret_cast<const char*>(&written), sizeof written);
  for (int person = 0; person < persons; ++person) {
    const std::vector<Record> records = records_of_person(person, views);
    out.write(reinterpret_cast<const char*>(records.data()),
              static_cast<std::streamsize>(records.size() * sizeof(Record)));
    written += records.size();
    std::cerr << "\r" << person + 1 << " of " << persons << " people" << std::flush;
  }
  std::cerr << '\n';
  out.seekp(8);
  out.write(reinterpret_cast<const char*>(&written), sizeof written);
  out.close();
  if (!out) {
    std::cerr << file << ": could not be written\n";
    return 2;
  }
  std::cout << written << " records\n";
  return 0;
}

}  // namespace
}  // namespace ffbench::fhr

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::cerr << "usage: ffbench_fhr_patches FILE [PERSONS] [VIEWS]\n";
    return 2;
  }
  const int persons = argc > 2 ? std::atoi(argv[2]) : 200;
  const int views = argc > 3 ? std::atoi(argv[3]) : 16;
  return ffbench::fhr::run(argv[1], persons, views);
}
