// How ONTAP's REST API answers reads of any resource: fields, filters, order, pages, links.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "sim/cluster.h"
#include "sim/form.h"

namespace v2only::sim {

struct OntapResource {
  std::string path;                         // "/api/cluster/nodes"
  std::vector<std::string_view> keys;       // shown always: "uuid", "name"
  std::vector<std::string_view> fields;     // first parts of the names that it knows
  std::vector<std::string_view> expensive;  // only where they are asked for
  std::string_view id = "uuid";             // what a record's own address ends with
};

struct OntapRead {
  const OntapResource& resource;
  const Form& query;
  bool links = true;  // "_links" of records: not for Accept: application/json
};

// {"records":[…],"num_records":N,"_links":{…}}
Result<std::string, OntapFault> answer_collection(const OntapRead& read,
                                                  const json::array& records);
// One record: all its fields but the expensive ones, unless `fields` says which.
Result<std::string, OntapFault> answer_record(const OntapRead& read, const json::object& record);

// {"error":{"message":…,"code":"…","target":…}}
std::string error_body(const OntapFault& fault);

}  // namespace v2only::sim
